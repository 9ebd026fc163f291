print("afterclick")
